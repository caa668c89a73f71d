-- The whole archive as it is at ?1: years and months that have posts, the newest first.
WITH due AS MATERIALIZED (
    SELECT published_at
    FROM posts
    WHERE kind = 'ARTICLE' AND status = 'PUBLISHED' AND counted = false AND published_at <= ?1
)
SELECT '{"data":{"archive":' || json_group_array(json_object(
    'year', id,
    'postCount', number,
    'months', (
        SELECT json_group_array(json_object('month', month, 'postCount', number, 'from', starts_at, 'before', ends_at))
        FROM (
            SELECT month, starts_at, ends_at, post_count + (
                SELECT count(*) FROM due WHERE published_at >= starts_at AND published_at < ends_at
            ) AS number
            FROM archive_months
            WHERE year_id = years.id
            ORDER BY id DESC
        )
        WHERE number > 0
    )
)) || '}}'
FROM (
    SELECT id, post_count + (
        SELECT count(*) FROM due WHERE published_at >= starts_at AND published_at < ends_at
    ) AS number
    FROM archive_years
    ORDER BY id DESC
) AS years
WHERE number > 0

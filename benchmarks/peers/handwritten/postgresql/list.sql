-- The page behind ($2, $3) of the comments under posts that are public at $1.
SELECT '{"data":{"comments":{"nodes":[' || coalesce(string_agg(
    '{"id":"comment_' || c.id
    || '","body":' || to_json(c.body)
    || ',"createdAt":"' || to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","author":' || coalesce('{"id":"user_' || c.author_id || '","name":' || to_json(c.name) || '}', 'null')
    || ',"post":{"id":"post_' || c.post_id || '","title":' || to_json(c.title) || '}}',
    ','
), '') || ']}}}'
FROM (
    SELECT c.id, c.body, c.created_at, c.author_id, c.post_id, u.name, p.title
    FROM comments AS c
    JOIN posts AS p ON p.id = c.post_id
    LEFT JOIN users AS u ON u.id = c.author_id
    WHERE c.status = 'APPROVED' AND p.status = 'PUBLISHED' AND p.published_at <= $1
        AND (c.created_at, c.id) < ($2, $3)
    ORDER BY c.created_at DESC, c.id DESC
    LIMIT 100
) AS c

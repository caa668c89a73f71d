-- The page behind (?2, ?3) of the comments under posts that are public at ?1. Finished texts are joined: here that is a tenth
-- faster than json_group_array. The CASE depends on both tables, or SQLite would make a Bloom filter of all posts first.
SELECT '{"data":{"comments":{"nodes":[' || coalesce(group_concat(comment, ','), '') || ']}}}'
FROM (
    SELECT json_object(
        'id', 'comment_' || c.id,
        'body', c.body,
        'createdAt', c.created_at,
        'author', CASE WHEN u.id IS NOT NULL THEN json_object('id', 'user_' || u.id, 'name', u.name) END,
        'post', json_object('id', 'post_' || p.id, 'title', p.title)
    ) AS comment
    FROM comments AS c
    CROSS JOIN posts AS p ON p.id = c.post_id
    LEFT JOIN users AS u ON u.id = c.author_id
    WHERE c.status = 'APPROVED' AND (c.created_at, c.id) < (?2, ?3)
        AND CASE WHEN p.status = 'PUBLISHED' AND p.published_at <= ?1 THEN c.id END
    ORDER BY c.created_at DESC, c.id DESC
    LIMIT 100
)

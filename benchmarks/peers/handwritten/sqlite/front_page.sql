-- The page behind (?2, ?3) of the posts that are public at ?1.
SELECT '{"data":' || json_object('posts', json_object('nodes', json_group_array(json_object(
    'id', 'post_' || p.id,
    'title', p.title,
    'slug', p.slug,
    'excerpt', p.excerpt,
    'publishedAt', p.published_at,
    'commentCount', p.comment_count,
    'author', json_object('id', 'user_' || a.id, 'name', a.name, 'username', a.username),
    'category', json_object('id', 'category_' || k.id, 'name', k.name, 'slug', k.slug),
    'comments', json_object('nodes', (
        SELECT json_group_array(json_object(
            'id', 'comment_' || c.id,
            'body', c.body,
            'createdAt', c.created_at,
            'author', CASE WHEN u.id IS NOT NULL THEN json_object('id', 'user_' || u.id, 'name', u.name) END
        ))
        FROM (
            SELECT id, body, created_at, author_id
            FROM comments
            WHERE post_id = p.id AND +status = 'APPROVED'
            ORDER BY created_at DESC, id DESC
            LIMIT 10
        ) AS c
        LEFT JOIN users AS u ON u.id = c.author_id
    ))
)))) || '}'
FROM (
    SELECT id, title, slug, excerpt, published_at, comment_count, author_id, category_id
    FROM posts
    WHERE status = 'PUBLISHED' AND published_at <= ?1 AND (published_at, id) < (?2, ?3)
    ORDER BY published_at DESC, id DESC
    LIMIT 20
) AS p
CROSS JOIN users AS a ON a.id = p.author_id
CROSS JOIN categories AS k ON k.id = p.category_id

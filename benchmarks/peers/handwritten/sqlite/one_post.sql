-- The post ?2, if it is public at ?1.
SELECT '{"data":{"post":' || coalesce((
    SELECT json_object(
        'id', 'post_' || p.id,
        'title', p.title,
        'slug', p.slug,
        'body', p.body,
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
                WHERE post_id = ?2 AND +status = 'APPROVED'
                ORDER BY created_at DESC, id DESC
                LIMIT 20
            ) AS c
            LEFT JOIN users AS u ON u.id = c.author_id
        ))
    )
    FROM posts AS p
    CROSS JOIN users AS a ON a.id = p.author_id
    CROSS JOIN categories AS k ON k.id = p.category_id
    WHERE p.id = ?2 AND p.status = 'PUBLISHED' AND p.published_at <= ?1
), 'null') || '}}'

-- The post ?2, if it is public at ?1.
SELECT '{"data":{"post":' || coalesce((
    SELECT json_object('id', 'post_' || id, 'title', title)
    FROM posts
    WHERE id = ?2 AND status = 'PUBLISHED' AND published_at <= ?1
), 'null') || '}}'

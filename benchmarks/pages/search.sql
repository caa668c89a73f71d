SELECT CASE WHEN found.rowid >= 72057594037927936 THEN 2.0 ELSE 1.0 END, document.comment_id, document.post_id,
       post.title, post.language, coalesce(comment.body_html, post.body_html)
FROM search_words(?1) AS found
CROSS JOIN search_documents AS document ON document.id = found.rowid
LEFT JOIN posts AS post ON post.id = document.post_id
LEFT JOIN comments AS comment ON comment.id = document.comment_id
WHERE (post.status = 'PUBLISHED' AND (post.published_at <= ?2 OR post.counted)) IS TRUE
  AND (CASE WHEN document.comment_id IS NULL THEN post.kind IN ('ARTICLE', 'PAGE')
            ELSE comment.status = 'APPROVED' END) IS TRUE
ORDER BY found.rowid DESC LIMIT 21

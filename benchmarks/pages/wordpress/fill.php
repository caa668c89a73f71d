<?php
// Makes a blog with the post and the comments of a file, and prints the post's number.
define('WP_INSTALLING', true);
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
wp_install('Blog', 'admin', 'admin@blog.example', true, '', 'a quiet conversation');
$given = json_decode(file_get_contents($argv[1]), true);
$post = wp_insert_post([
  'post_title' => 'The post',
  'post_content' => $given['article'],
  'post_status' => 'publish',
  'post_author' => 1,
]);
foreach ($given['comments'] as $body) {
  wp_insert_comment([
    'comment_post_ID' => $post,
    'comment_author' => 'Ada',
    'comment_content' => $body,
    'comment_approved' => 1,
  ]);
}
wp_update_comment_count_now($post);
update_option('page_comments', 0);
echo $post;

-- name: orphan_article_story
-- severity: block
-- owner: warehouse
-- reason: An article without its story is counted in no story.
-- reason_zh: 文章没有所属报道，就不计入任何报道。
-- applies_to: core.dim_article
SELECT child.article_key
FROM core.dim_article AS child
WHERE child.story_key IS NOT NULL
    AND NOT EXISTS (FROM core.dim_story AS parent WHERE parent.story_key = child.story_key);

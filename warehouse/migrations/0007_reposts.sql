-- Grain: one article's fingerprint, and one pair of articles that were compared: what the search for reposts keeps.

-- Grain: one news article.
CREATE TABLE core.article_print (
    article_key BIGINT      NOT NULL,
    probes      UINTEGER[] NOT NULL,
    shingles    UINTEGER[] NOT NULL
);
COMMENT ON TABLE core.article_print IS 'Fingerprint of one news article, by which its reposts are found (文章指纹).';
COMMENT ON COLUMN core.article_print.article_key IS 'The article (文章主键).';
COMMENT ON COLUMN core.article_print.probes IS 'Hashes of a sample of its long pieces and of its paragraphs: articles that share one may be reposts (检索指纹).';
COMMENT ON COLUMN core.article_print.shingles IS 'Hashes of a sample of its five-character pieces: how many two articles share says how alike they are (五字片段指纹).';

-- Grain: one pair of articles that were compared.
CREATE TABLE core.article_pair (
    first_article_key  BIGINT  NOT NULL,
    second_article_key BIGINT  NOT NULL,
    is_one_story       BOOLEAN NOT NULL
);
COMMENT ON TABLE core.article_pair IS 'One pair of articles that were compared, so that no run compares them again (文章比对).';
COMMENT ON COLUMN core.article_pair.first_article_key IS 'The article with the smaller key (较小文章主键).';
COMMENT ON COLUMN core.article_pair.second_article_key IS 'The article with the greater key (较大文章主键).';
COMMENT ON COLUMN core.article_pair.is_one_story IS 'True where one repeats the other (是否同一报道).';

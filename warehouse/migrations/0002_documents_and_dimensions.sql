-- Grain: one row a document version, and one row a member of each dimension.
-- Keys are bigint hashes: a text key costs four times the load and three times the file. A document alone is known by the
-- SHA-256 of its bytes, which other systems can compute too, so that one key stays text.
-- No foreign keys are declared; rules prove them after each load (docs/decisions/0001-keys-proved-not-declared.md).

-- Grain: one version of one document.
CREATE TABLE raw.document (
    document_key      VARCHAR   NOT NULL,
    name              VARCHAR   NOT NULL,
    address           VARCHAR   NOT NULL,
    source            VARCHAR   NOT NULL,
    media_type        VARCHAR   NOT NULL,
    charset           VARCHAR   NOT NULL,
    size_bytes        BIGINT    NOT NULL,
    text              VARCHAR   NOT NULL,
    reading_outcome   VARCHAR   NOT NULL,
    damaged_chars     BIGINT    NOT NULL,
    masked_numbers    BIGINT    NOT NULL,
    repairs           JSON      NOT NULL,
    title             VARCHAR,
    outlet            VARCHAR,
    published_on      DATE,
    published_origin  VARCHAR,
    fetched_at        TIMESTAMP NOT NULL,
    current_since     TIMESTAMP NOT NULL,
    run_key           VARCHAR   NOT NULL,
    extractor_version VARCHAR   NOT NULL
);
COMMENT ON TABLE raw.document IS 'One version of one document, as read, personal numbers masked (原始文档).';
COMMENT ON COLUMN raw.document.document_key IS 'SHA-256 of the bytes, 64 hexadecimal digits (文档指纹).';
COMMENT ON COLUMN raw.document.name IS 'File name, or the last part of the address (文件名).';
COMMENT ON COLUMN raw.document.address IS 'Path or URL where it was found (地址).';
COMMENT ON COLUMN raw.document.source IS 'The source that offered it (来源).';
COMMENT ON COLUMN raw.document.media_type IS 'Media type (媒体类型).';
COMMENT ON COLUMN raw.document.charset IS 'Character encoding that it was read in (字符编码).';
COMMENT ON COLUMN raw.document.size_bytes IS 'Size in bytes (字节数).';
COMMENT ON COLUMN raw.document.text IS 'Decoded text, personal numbers masked, not yet repaired (脱敏原文).';
COMMENT ON COLUMN raw.document.reading_outcome IS 'whole, or damaged where some characters could not be had back (读取结果).';
COMMENT ON COLUMN raw.document.damaged_chars IS 'Characters that the bytes did not give back whole (损坏字符数).';
COMMENT ON COLUMN raw.document.masked_numbers IS 'Identity, phone and certificate numbers masked (脱敏号码数).';
COMMENT ON COLUMN raw.document.repairs IS 'How often each repair acted: {"code": count} (修复记录).';
COMMENT ON COLUMN raw.document.title IS 'Title from metadata (标题).';
COMMENT ON COLUMN raw.document.outlet IS 'Outlet from metadata (媒体).';
COMMENT ON COLUMN raw.document.published_on IS 'Date of publication from metadata, name or feed (发布日期).';
COMMENT ON COLUMN raw.document.published_origin IS 'Where published_on comes from: metadata, name or feed (日期来源).';
COMMENT ON COLUMN raw.document.fetched_at IS 'When the bytes were first had, UTC (获取时间).';
COMMENT ON COLUMN raw.document.current_since IS 'When its address was last seen to turn to these bytes, UTC; the newest of an address is current (成为现行版本的时间).';
COMMENT ON COLUMN raw.document.run_key IS 'The run that loaded it (运行编号).';
COMMENT ON COLUMN raw.document.extractor_version IS 'Extractor that read it (抽取器版本).';

-- Grain: one story in one document version.
CREATE TABLE core.dim_article (
    article_key       BIGINT  NOT NULL,
    document_key      VARCHAR NOT NULL,
    story_key         BIGINT  NOT NULL,
    ordinal           BIGINT  NOT NULL,
    kind              VARCHAR NOT NULL,
    headline          VARCHAR,
    text              VARCHAR NOT NULL,
    outlet            VARCHAR,
    byline            VARCHAR,
    published_on      DATE,
    published_origin  VARCHAR,
    sector            VARCHAR NOT NULL,
    sector_words      VARCHAR,
    run_key           VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE core.dim_article IS 'One story in one document version (文章).';
COMMENT ON COLUMN core.dim_article.article_key IS 'Key of the article (文章主键).';
COMMENT ON COLUMN core.dim_article.document_key IS 'The document version that holds it (文档指纹).';
COMMENT ON COLUMN core.dim_article.story_key IS 'The story that it tells, shared by its reposts (报道主键).';
COMMENT ON COLUMN core.dim_article.ordinal IS 'Its place in the document, from 0 (序号).';
COMMENT ON COLUMN core.dim_article.kind IS 'news, caption or notice (文章类别).';
COMMENT ON COLUMN core.dim_article.headline IS 'Headline (标题).';
COMMENT ON COLUMN core.dim_article.text IS 'Repaired text, headline first; every span counts its characters (修复后正文).';
COMMENT ON COLUMN core.dim_article.outlet IS 'Outlet (媒体).';
COMMENT ON COLUMN core.dim_article.byline IS 'Byline (作者署名).';
COMMENT ON COLUMN core.dim_article.published_on IS 'Date of publication (发布日期).';
COMMENT ON COLUMN core.dim_article.published_origin IS 'Where published_on comes from: text, metadata, name or feed (日期来源).';
COMMENT ON COLUMN core.dim_article.sector IS 'health, or another (领域).';
COMMENT ON COLUMN core.dim_article.sector_words IS 'The words that decided the sector, joined by 、 (领域判定词).';
COMMENT ON COLUMN core.dim_article.run_key IS 'The run that loaded it (运行编号).';
COMMENT ON COLUMN core.dim_article.extractor_version IS 'Extractor that made it (抽取器版本).';

-- Grain: one story over its reposts.
CREATE TABLE core.dim_story (
    story_key          BIGINT NOT NULL,
    headline           VARCHAR,
    first_published_on DATE,
    articles           BIGINT NOT NULL
);
COMMENT ON TABLE core.dim_story IS 'One story over its reposts (报道).';
COMMENT ON COLUMN core.dim_story.story_key IS 'Key of the story (报道主键).';
COMMENT ON COLUMN core.dim_story.headline IS 'Headline of its first article (标题).';
COMMENT ON COLUMN core.dim_story.first_published_on IS 'Earliest date of publication among its articles (首发日期).';
COMMENT ON COLUMN core.dim_story.articles IS 'Article versions that tell it (文章数).';

-- Grain: one metric of the catalogue.
CREATE TABLE core.dim_metric (
    metric_key   BIGINT  NOT NULL,
    metric_code  VARCHAR NOT NULL,
    name_zh      VARCHAR NOT NULL,
    name_en      VARCHAR NOT NULL,
    unit         VARCHAR NOT NULL,
    metric_group VARCHAR NOT NULL,
    is_additive  BOOLEAN NOT NULL,
    counts       VARCHAR NOT NULL,
    excludes     VARCHAR
);
COMMENT ON TABLE core.dim_metric IS 'One metric of the catalogue (指标).';
COMMENT ON COLUMN core.dim_metric.metric_key IS 'Key of the metric (指标主键).';
COMMENT ON COLUMN core.dim_metric.metric_code IS 'Code in the catalogue (指标代码).';
COMMENT ON COLUMN core.dim_metric.name_zh IS 'Chinese name (中文名称).';
COMMENT ON COLUMN core.dim_metric.name_en IS 'English name (英文名称).';
COMMENT ON COLUMN core.dim_metric.unit IS 'Canonical unit (标准单位).';
COMMENT ON COLUMN core.dim_metric.metric_group IS 'care, training, people, capability, resources or outcome (指标分组).';
COMMENT ON COLUMN core.dim_metric.is_additive IS 'True where values of different stories may be summed (可加性).';
COMMENT ON COLUMN core.dim_metric.counts IS 'What counts (口径).';
COMMENT ON COLUMN core.dim_metric.excludes IS 'What looks alike and does not count (不计入).';

-- Grain: one administrative division.
CREATE TABLE core.dim_place (
    place_key   BIGINT  NOT NULL,
    place_code  VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    level       VARCHAR NOT NULL,
    parent_code VARCHAR,
    short_name  VARCHAR
);
COMMENT ON TABLE core.dim_place IS 'One administrative division (行政区划).';
COMMENT ON COLUMN core.dim_place.place_key IS 'The six-digit code as a number (区划主键).';
COMMENT ON COLUMN core.dim_place.place_code IS 'Administrative-division code (区划代码).';
COMMENT ON COLUMN core.dim_place.name IS 'Full name of today (全称).';
COMMENT ON COLUMN core.dim_place.level IS 'province, prefecture or county (级别).';
COMMENT ON COLUMN core.dim_place.parent_code IS 'Code of the division above; NULL for a province (上级代码).';
COMMENT ON COLUMN core.dim_place.short_name IS 'Short name (简称).';

-- Grain: one organisation name.
CREATE TABLE core.dim_organisation (
    organisation_key BIGINT  NOT NULL,
    name             VARCHAR NOT NULL
);
COMMENT ON TABLE core.dim_organisation IS 'One organisation, by its name (机构).';
COMMENT ON COLUMN core.dim_organisation.organisation_key IS 'Hash of the name (机构主键).';
COMMENT ON COLUMN core.dim_organisation.name IS 'Name as the texts give it, in full where they do (机构名称).';

-- Grain: one channel and batch.
CREATE TABLE core.dim_programme (
    programme_key BIGINT  NOT NULL,
    channel       VARCHAR,
    batch         VARCHAR,
    name          VARCHAR NOT NULL
);
COMMENT ON TABLE core.dim_programme IS 'One programme: a channel and a batch of it (援助项目批次).';
COMMENT ON COLUMN core.dim_programme.programme_key IS 'Hash of channel and batch (项目主键).';
COMMENT ON COLUMN core.dim_programme.channel IS '援疆, 援藏, 援青, 援外, 对口帮扶 … (渠道).';
COMMENT ON COLUMN core.dim_programme.batch IS '第九批 … (批次).';
COMMENT ON COLUMN core.dim_programme.name IS 'Channel and batch in one string (名称).';

-- Grain: one day.
CREATE TABLE core.dim_date (
    day            DATE    NOT NULL,
    date_key       BIGINT  NOT NULL,
    year           INTEGER NOT NULL,
    quarter        INTEGER NOT NULL,
    month          INTEGER NOT NULL,
    five_year_plan VARCHAR
);
COMMENT ON TABLE core.dim_date IS 'One day of the years that articles and facts touch (日期).';
COMMENT ON COLUMN core.dim_date.day IS 'The day, which facts refer to (日期).';
COMMENT ON COLUMN core.dim_date.date_key IS 'The day as YYYYMMDD (日期主键).';
COMMENT ON COLUMN core.dim_date.year IS 'Year (年).';
COMMENT ON COLUMN core.dim_date.quarter IS 'Quarter, 1 to 4 (季度).';
COMMENT ON COLUMN core.dim_date.month IS 'Month, 1 to 12 (月).';
COMMENT ON COLUMN core.dim_date.five_year_plan IS 'The five-year plan that the year belongs to, from the ninth on: 十四五 (五年规划).';

import type { components } from "./schema.gen"

/** The schemas as openapi-fetch hands them out: it reads tuples as arrays. */
type Wire<T> = T extends readonly (infer Item)[]
  ? Wire<Item>[]
  : T extends object
    ? { [Key in keyof T]: Wire<T[Key]> }
    : T
type Schemas = { [Name in keyof components["schemas"]]: Wire<components["schemas"][Name]> }

export type BadRow = Schemas["BadRow"]
export type DatasetPage = Schemas["DatasetPage"]
export type DatasetPatch = Schemas["DatasetPatch"]
export type DatasetSource = Schemas["DatasetSource"]
export type DatasetStatistics = Schemas["DatasetStatistics"]
export type DatasetStatus = Schemas["DatasetStatus"]
export type DatasetSummary = Schemas["DatasetSummary"]
export type DatasetView = Schemas["DatasetView"]
export type DatasetProgress = Schemas["DatasetProgress"]
export type DryRun = Schemas["DryRun"]
export type Estimate = Schemas["Estimate"]
export type DownloadRequest = Schemas["DownloadRequest"]
export type FailureInfo = Schemas["FailureInfo"]
export type FilePreview = Schemas["FilePreview"]
export type IngestRequest = Schemas["IngestRequest"]
export type JobAccepted = Schemas["JobAccepted"]
export type JobKind = Schemas["JobKind"]
export type JobLog = Schemas["JobLog"]
export type JobState = Schemas["JobState"]
export type JobView = Schemas["JobView"]
export type Problem = Schemas["Problem"]
export type PreviewColumn = Schemas["PreviewColumn"]
export type SamplePage = Schemas["SamplePage"]
export type SampleRow = Schemas["SampleRow"]
export type SettingsView = Schemas["SettingsView"]
export type StorageView = Schemas["StorageView"]
export type TokenizationBrief = Schemas["TokenizationBrief"]
export type TokenizationConfig = Schemas["TokenizationConfig"]
export type TokenizationView = Schemas["TokenizationView"]
export type TokenizeAnswer = Schemas["TokenizeAnswer"]
export type TokenizerPreview = Schemas["TokenizerPreview"]
export type TokenPiece = Schemas["TokenPiece"]
export type TokenPreviewRow = Schemas["TokenPreviewRow"]
export type TokenStatistics = Schemas["TokenStatistics"]
export type TokenizerInfo = Schemas["TokenizerInfo"]
export type UploadView = Schemas["UploadView"]

export type FileFormat = FilePreview["format"]

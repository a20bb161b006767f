/** The keys of the query cache, from the general to the special: invalidating a prefix takes all below it. */

export interface DatasetFilters {
  q?: string
  status?: readonly string[]
  source?: readonly string[]
  sort?: string
}

export const keys = {
  datasetLists: ["datasets", "list"] as const,
  datasetList: (filters: DatasetFilters) => ["datasets", "list", filters] as const,
  dataset: (id: string) => ["datasets", "one", id] as const,
  datasetView: (id: string) => ["datasets", "one", id, "view"] as const,
  statistics: (id: string) => ["datasets", "one", id, "statistics"] as const,
  tokenizations: (id: string) => ["datasets", "one", id, "tokenizations"] as const,
  samples: (id: string, split: string, q: string) => ["datasets", "one", id, "samples", split, q] as const,
  cell: (id: string, split: string, row: number, column: string) =>
    ["datasets", "one", id, "cell", split, row, column] as const,
  tokenization: (id: string) => ["tokenizations", id] as const,
  exports: (tokenizationId: string) => ["tokenizations", tokenizationId, "exports"] as const,
  tokenSamples: (id: string, split: string) => ["tokenizations", id, "samples", split] as const,
  jobs: ["jobs"] as const,
  jobList: (filters: object) => ["jobs", "list", filters] as const,
  job: (id: string) => ["jobs", "one", id] as const,
  jobLog: (id: string) => ["jobs", "one", id, "log"] as const,
  upload: (id: string) => ["uploads", id] as const,
  uploadPreview: (id: string, options: object) => ["uploads", id, "preview", options] as const,
  session: ["session"] as const,
  settings: ["settings"] as const,
  storage: ["storage"] as const,
  hubDatasets: (q: string) => ["hub", "datasets", q] as const,
  hubDataset: (name: string, revision: string) => ["hub", "dataset", name, revision] as const,
  hubRows: (choice: object) => ["hub", "rows", choice] as const,
  hubTokenizer: (name: string) => ["hub", "tokenizer", name] as const,
  hubTokenizers: (q: string) => ["hub", "tokenizers", q] as const,
  tokenPreview: (request: object) => ["tokenizers", "preview", request] as const,
  dryRun: (id: string, config: object) => ["datasets", "one", id, "dry-run", config] as const,
}

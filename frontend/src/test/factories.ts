import type {
  DatasetProgress,
  DatasetSummary,
  DatasetView,
  FilePreview,
  JobView,
  SettingsView,
  TokenizationBrief,
  TokenizationView,
  TokenStatistics,
  UploadView,
} from "@/api/types"

let counter = 0

/** Ids that are valid and differ: 00000000-0000-4000-8000-000000000001, … */
export function id(): string {
  counter += 1
  return `00000000-0000-4000-8000-${String(counter).padStart(12, "0")}`
}

const AT = "2026-11-20T10:00:00Z"

export function makeDataset(part: Partial<DatasetSummary> = {}): DatasetSummary {
  return {
    id: id(),
    name: "interviews",
    source: "LOCAL",
    status: "DOWNLOADED",
    num_samples: 12_480,
    num_features: 3,
    size_bytes: 18_400_000,
    splits: { train: 12_480 },
    repo_id: null,
    config: null,
    tokenizations: [],
    active_jobs: [],
    error: null,
    deleting: false,
    created_at: AT,
    updated_at: AT,
    ...part,
  }
}

export function makeDatasetView(part: Partial<DatasetView> = {}): DatasetView {
  const summary = makeDataset(part)
  return {
    ...summary,
    raw_path: `datasets/raw/${summary.id}/job-1`,
    tokenized_path: null,
    metadata: {
      schema: {
        text_columns: ["text"],
        all_columns: ["id", "text", "label"],
        column_info: { id: "int64", text: "string", label: "string" },
        is_multi_column: false,
        separator: "\n",
      },
      splits: { train: { num_samples: 12_480, num_bytes: 18_400_000 } },
      size_bytes: 18_400_000,
      fingerprint: "f".repeat(64),
      source: {
        filename: "interviews.csv",
        format: "csv",
        encoding: "utf-8",
        size_bytes: 17_900_000,
        sha256: "a".repeat(64),
      },
      bad_rows: [],
      num_bad_rows: 0,
    },
    ...part,
  }
}

export function makeJob(part: Partial<JobView> = {}): JobView {
  return {
    id: id(),
    kind: "tokenize",
    queue: "processing",
    priority: 7,
    dataset_id: null,
    dataset_name: "interviews",
    tokenization_id: null,
    state: "running",
    attempt: 1,
    stage: "tokenizing",
    progress: 42.7,
    done: 5330,
    total: 12_480,
    unit: "rows",
    rate: 2100,
    eta_s: 3.4,
    message: null,
    error: null,
    result: null,
    params: { config: { tokenizer_name: "openai-community/gpt2", max_length: 512 } },
    fence: 1,
    run_at: null,
    created_at: AT,
    started_at: AT,
    finished_at: null,
    ...part,
  }
}

export function makeEvent(part: Partial<DatasetProgress> = {}): DatasetProgress {
  return {
    dataset_id: id(),
    job_id: id(),
    kind: "tokenize",
    tokenization_id: null,
    state: "running",
    status: "PROCESSING",
    progress: 50,
    message: null,
    error: null,
    stage: "tokenizing",
    done: 50,
    total: 100,
    unit: "rows",
    rate: 10,
    eta_s: 5,
    fence: 1,
    seq: 1,
    ...part,
  }
}

export function makeBrief(part: Partial<TokenizationBrief> = {}): TokenizationBrief {
  return {
    id: id(),
    tokenizer_name: "openai-community/gpt2",
    max_length: 512,
    context_size: null,
    status: "READY",
    num_tokens: 2_811_904,
    ...part,
  }
}

export function makeStatistics(part: Partial<TokenStatistics> = {}): TokenStatistics {
  const lengths = [12, 40, 90, 160, 330, 512]
  return {
    num_tokens: 2_811_904,
    num_samples: 12_480,
    num_source_samples: 12_480,
    avg_seq_length: 225.31,
    min_seq_length: 3,
    max_seq_length: 512,
    median_seq_length: 198,
    percentiles: { "1": 9, "5": 21, "25": 110, "50": 198, "75": 324, "90": 471, "95": 512, "99": 512 },
    length_distribution: {
      "0-50": 1011,
      "50-100": 1820,
      "100-200": 3460,
      "200-500": 5002,
      "500-1000": 1187,
      "1000-2000": 0,
      "2000-5000": 0,
      "5000+": 0,
    },
    fine_histogram: {
      edges: Array.from({ length: 65 }, (_, index) => index * 8),
      counts: Array.from(
        { length: 64 },
        (_, index) => Math.round(420 * Math.exp(-(((index - 24) / 15) ** 2))) + index,
      ),
    },
    unique_tokens: 21_334,
    vocab_size: 21_334,
    tokenizer_vocab_size: 50_257,
    unused_tokens: 28_923,
    special_tokens: 0,
    unknown_tokens: 0,
    tokens_lost: 184_220,
    samples_truncated: 1187,
    padding_tokens: 3_577_856,
    padding_share: 0.56,
    num_characters: 12_004_211,
    num_bytes: 12_093_118,
    characters_per_token: 4.27,
    bytes_per_token: 4.3,
    top_tokens: [" the", ",", ".", " of", " and", "\n", " to", " a"].map((token, index) => ({
      id: 262 + index,
      token,
      count: Math.round(120_000 / (index + 1)),
    })),
    frequency_curve: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000].map((rank) => [
      rank,
      Math.max(1, Math.round(120_000 / rank)),
    ]),
    truncation_curve: [16, 32, 64, 128, 256, 512, 1024, 2048].map((max_length) => ({
      max_length,
      tokens_kept: Math.min(1, 1 - Math.exp(-max_length / 230)),
      samples_kept_whole: Math.min(1, 1 - Math.exp(-max_length / 310)),
    })),
    documents_per_row: null,
    empty_samples: lengths.length - 6,
    ...part,
  }
}

export function makeTokenization(part: Partial<TokenizationView> = {}): TokenizationView {
  const total = makeStatistics()
  return {
    ...makeBrief(),
    dataset_id: id(),
    config: {
      tokenizer_name: "openai-community/gpt2",
      max_length: 512,
      padding: "max_length",
      truncation: "longest_first",
      add_special_tokens: true,
      return_attention_mask: true,
    },
    fingerprint: "b".repeat(64),
    path: "datasets/tokenized/x/y/job-2",
    size_bytes: 25_559_040,
    num_samples: 12_480,
    tokenizer: null,
    engine: null,
    statistics: {
      total,
      splits: { train: total, test: makeStatistics({ num_tokens: 101_220, num_samples: 480 }) },
      split_distribution: { train: 12_000, test: 480 },
    },
    columns: ["input_ids", "attention_mask"],
    content_hash: "c".repeat(64),
    error: null,
    created_at: AT,
    finished_at: AT,
    ...part,
  }
}

export function makePreview(part: Partial<FilePreview> = {}): FilePreview {
  return {
    format: "csv",
    compression: null,
    delimiter: ",",
    encoding: "utf-8",
    header: true,
    columns: [
      { name: "id", dtype: "int64", is_text: false, null_share: 0 },
      { name: "text", dtype: "string", is_text: true, null_share: 0 },
      { name: "answer", dtype: "string", is_text: true, null_share: 0.5 },
    ],
    text_columns: ["text"],
    rows: [
      { row: { id: 1, text: "How do you do?", answer: "Fine." }, truncated_cells: [] },
      { row: { id: 2, text: "What is it?", answer: null }, truncated_cells: [] },
    ],
    estimated_rows: 12_480,
    bad_rows: [],
    ...part,
  }
}

export function makeUpload(part: Partial<UploadView> = {}): UploadView {
  return {
    id: id(),
    filename: "interviews.csv",
    size_bytes: 1024,
    offset: 1024,
    complete: true,
    expires_at: "2026-11-21T10:00:00Z",
    preview: makePreview(),
    ...part,
  }
}

export function makeSettings(part: Partial<SettingsView> = {}): SettingsView {
  return {
    hf_endpoint: "https://huggingface.co",
    hf_token_source: "none",
    hf_token_hint: null,
    needs_login: false,
    tokenizer_dir: null,
    local_tokenizers: ["local:demo"],
    max_upload_bytes: 50_000_000_000,
    versions: { mistudio: "0.1.0", datasets: "5.2.0" },
    ...part,
  }
}

/**
 * What the studio's page may do, as a content security policy: run its own scripts and workers, compile the kernels
 * that it has made, and reach nothing but where it came from. Workers of threads start from a blob, saved pictures go
 * through one.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

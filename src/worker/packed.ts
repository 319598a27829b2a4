import { Header } from 'tar'

export interface PackedFile {
  readonly path: string
  readonly text: string
  /** Permissions. */
  readonly mode: number
}

/** The blocks of a tar. */
export function* packed(files: readonly PackedFile[]): Generator<Buffer> {
  for (const { path, text, mode } of files) {
    const content = Buffer.from(text)
    const header = new Header({
      path,
      mode,
      size: content.length,
      type: 'File',
      mtime: new Date(0),
    })
    header.encode()
    yield header.block ?? Buffer.alloc(512)
    yield content
    yield Buffer.alloc((512 - (content.length % 512)) % 512)
  }
  // A tar ends with two empty blocks.
  yield Buffer.alloc(1024)
}

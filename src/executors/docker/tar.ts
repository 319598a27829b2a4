import { Header } from 'tar'
import { ownDirectory } from './programs.ts'

/** An archive of one empty directory, in which any user may make something of his own. */
export function ownDirectoryTar(): Uint8Array {
  const header = new Header({
    path: `${ownDirectory.slice(1)}/`,
    mode: 0o1777,
    size: 0,
    type: 'Directory',
    uid: 0,
    gid: 0,
    mtime: new Date(0),
  })
  header.encode()
  return Buffer.concat([header.block ?? Buffer.alloc(512), Buffer.alloc(1024)])
}

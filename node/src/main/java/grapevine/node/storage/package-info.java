/**
 * Where a node keeps what must outlive it: items, addresses of other nodes, and the directory that
 * holds both.
 *
 * <p>Writing is in two parts. {@link grapevine.node.storage.GroupCommit} decides the order, what
 * goes to disk together and when, and what may be called durable; it has no thread, clock or file,
 * so a simulated disk that loses power runs under the same rules. {@link
 * grapevine.node.storage.LmdbItemStore} drives it from one thread over LMDB, the node's only
 * hand-off beside signature checks. What is put can be read at once; what is acknowledged to a
 * client has been committed before.
 *
 * <p>LMDB has no checksums. Every value is compared with the hash that names it whenever it is
 * read; one that differs is absent from then on and is fetched from peers again. A file that is cut
 * short is refused before it is mapped, since touching a missing page ends the JVM. Not covered
 * yet: a damaged tree page can end the JVM too; only a scan in a child process after an unclean
 * stop can find it safely.
 */
@NullMarked
package grapevine.node.storage;

import org.jspecify.annotations.NullMarked;

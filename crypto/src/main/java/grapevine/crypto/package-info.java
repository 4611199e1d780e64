/**
 * Hashes, signatures, the Merkle tree and the encrypted channel, as pure functions and classes over
 * bytes: no sockets, no files except key files, no clock. The only importer of Bouncy Castle.
 */
@NullMarked
package grapevine.crypto;

import org.jspecify.annotations.NullMarked;

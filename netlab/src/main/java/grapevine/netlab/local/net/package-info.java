/**
 * The lab's own links: network namespaces on this machine, and between them packets that are held
 * back, lost or queued as a table says. Linux and root only; knows nothing of nodes.
 */
@NullMarked
package grapevine.netlab.local.net;

import org.jspecify.annotations.NullMarked;

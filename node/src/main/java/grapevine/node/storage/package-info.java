/** Where a node keeps what must outlive it. */
@NullMarked
package grapevine.node.storage;

import org.jspecify.annotations.NullMarked;

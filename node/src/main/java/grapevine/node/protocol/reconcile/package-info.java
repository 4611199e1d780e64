/**
 * Anti-entropy: what announcements lost is found by comparing sets, minute by minute. See {@link
 * grapevine.node.protocol.reconcile.Reconciler}.
 */
@NullMarked
package grapevine.node.protocol.reconcile;

import org.jspecify.annotations.NullMarked;

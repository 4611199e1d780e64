/** Commands that speak to a running node through its API. */
@NullMarked
package grapevine.node.app.client;

import org.jspecify.annotations.NullMarked;

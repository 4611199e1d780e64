/** The program {@code netlab}: its commands. */
@NullMarked
package grapevine.netlab.app;

import org.jspecify.annotations.NullMarked;

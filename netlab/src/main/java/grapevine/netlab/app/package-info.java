/** The program {@code netlab}: its commands, and the runs they make of the lab's parts. */
@NullMarked
package grapevine.netlab.app;

import org.jspecify.annotations.NullMarked;

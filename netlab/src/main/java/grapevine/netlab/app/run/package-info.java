/** Runs as the commands make them, simulated or on this machine, and what is told of them. */
@NullMarked
package grapevine.netlab.app.run;

import org.jspecify.annotations.NullMarked;

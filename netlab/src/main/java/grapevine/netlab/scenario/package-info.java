/** What a run of the lab consists of, apart from how it is carried out. */
@NullMarked
package grapevine.netlab.scenario;

import org.jspecify.annotations.NullMarked;

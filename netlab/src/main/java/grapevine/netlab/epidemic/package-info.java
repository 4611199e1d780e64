/**
 * Classical results on epidemics in networks: small simulations of processes whose figures are
 * published ({@link grapevine.netlab.epidemic.RoundCounts}, {@link
 * grapevine.netlab.epidemic.Demers}, {@link grapevine.netlab.epidemic.InfectAndDie}), set beside
 * those figures.
 *
 * <p>Pure functions, with StrictMath where Math may differ between machines. Randomness is handed
 * in.
 */
@NullMarked
package grapevine.netlab.epidemic;

import org.jspecify.annotations.NullMarked;

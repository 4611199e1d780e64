/**
 * What theory predicts for a scenario, and the classical results it can be held against. Two
 * halves: models that take plain numbers and return coverage over time ({@link
 * grapevine.netlab.epidemic.Theory}), and small simulations of processes whose figures are
 * published ({@link grapevine.netlab.epidemic.RoundCounts}, {@link
 * grapevine.netlab.epidemic.Demers}, {@link grapevine.netlab.epidemic.InfectAndDie}), set beside
 * those figures. Neither knows the node's protocol: a model that shared code with what it predicts
 * would confirm its errors.
 *
 * <p>Pure functions, with StrictMath where Math may differ between machines. Randomness is handed
 * in.
 */
@NullMarked
package grapevine.netlab.epidemic;

import org.jspecify.annotations.NullMarked;

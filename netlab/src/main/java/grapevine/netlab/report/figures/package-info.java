/**
 * Figures from traces. A trace becomes a {@code PropagationReport}, one or more of these a {@code
 * Summary} by strategy. A figure is defined in {@code Metric} and computed in one place.
 */
@NullMarked
package grapevine.netlab.report.figures;

import org.jspecify.annotations.NullMarked;

/**
 * Figures from traces, and the ways to show them: a table and a page for people, JSON and CSV for
 * programs, and two reports side by side. A trace becomes a {@code PropagationReport}, one or more
 * of these a {@code Summary} by strategy, and every way to show figures reads a summary. A figure
 * is defined in {@code Metric} and computed in one place; table and page print the definitions.
 */
@NullMarked
package grapevine.netlab.report;

import org.jspecify.annotations.NullMarked;

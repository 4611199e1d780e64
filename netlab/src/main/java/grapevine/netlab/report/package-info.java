/**
 * Figures from a trace, and the ways to show them: a table for people, JSON and CSV for programs.
 * Every figure is defined where it is computed, and the table prints the definitions.
 */
@NullMarked
package grapevine.netlab.report;

import org.jspecify.annotations.NullMarked;

/**
 * The ways to show figures: a table for people, JSON and CSV for programs, two reports side by
 * side. Every way reads a {@code Summary}; table and page print the definitions of the figures.
 */
@NullMarked
package grapevine.netlab.report;

import org.jspecify.annotations.NullMarked;

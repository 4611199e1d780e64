/** The report as one page of HTML that needs nothing else, with its charts as inline SVG. */
@NullMarked
package grapevine.netlab.report.page;

import org.jspecify.annotations.NullMarked;

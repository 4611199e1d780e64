/**
 * What an operator decides: settings from command line, environment and file, the network file, and
 * the files of a data directory.
 */
@NullMarked
package grapevine.node.app.config;

import org.jspecify.annotations.NullMarked;

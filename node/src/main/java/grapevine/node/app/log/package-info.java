/**
 * How the log looks: one schema in two forms, with nothing of foreign origin unescaped, and no
 * place in the code that can fill the disk. {@link grapevine.node.app.log.LogEncoder} is named in
 * logback.xml.
 */
@NullMarked
package grapevine.node.app.log;

import org.jspecify.annotations.NullMarked;

/**
 * Writes down everything that reaches one core, so that the same core can be run again from the
 * file alone: a bug seen in the field becomes a test.
 *
 * <p>{@link grapevine.node.record.Recording} stands between a driver and its core; {@link
 * grapevine.node.record.RecordingReader} reads what it wrote. A file is magic, version, then frames
 * ({@link grapevine.node.record.Frame}): first the {@link grapevine.node.record.RecordedNode}, then
 * for each input a {@link grapevine.node.record.RecordedInput} and its {@link
 * grapevine.node.record.RecordedResult}, last the {@link grapevine.node.record.RecordedEnd}.
 */
@NullMarked
package grapevine.node.record;

import org.jspecify.annotations.NullMarked;

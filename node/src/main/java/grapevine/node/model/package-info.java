/**
 * What spreads: transactions, blocks and node records, and the network they belong to. Values with
 * one canonical encoding each, and the rules of validity that depend on bytes, the network file and
 * the parent header only. All integers are big-endian and unsigned unless said.
 */
@NullMarked
package grapevine.node.model;

import org.jspecify.annotations.NullMarked;

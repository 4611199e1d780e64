package grapevine.node.protocol.port;

/** Names one verification in flight; given by the core, returned by the driver with the verdict. */
public record Ticket(long value) {}

package grapevine.netlab.epidemic;

/** What one model says of a scenario. Immutable. */
public record Prediction(Model model, Coverage coverage) {}

export function showTrajectories() {}

//! Scenes with known answers, random scenes, and real cities.

export { findProjectConfig, findUserConfig, type LoadedConfig, loadConfigFile } from './find.ts';
export { MODE_THRESHOLDS, type Thresholds } from './modes.ts';
export {
  type CacheOptions,
  type ClassifierOptions,
  type Config,
  DEFAULT_CONFIG,
  FAIL_ON,
  type FailOn,
  INPUT_FORMATS,
  type InputFormat,
  type InputOptions,
  type RuleOptions,
  STRATEGY_CHOICES,
  type StrategyChoice,
  usesLocalModel,
} from './options.ts';
export { type ConfigOverrides, classifierWith, resolveConfig } from './resolve.ts';

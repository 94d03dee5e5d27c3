import { SettingsError } from '../settings.ts';
import type { Blueprint } from './blueprint.ts';

export const dockerfile = 'images/Dockerfile';

/**
 * The Dockerfile with one target more.
 * @throws SettingsError where a stage has that name already
 */
export function withTarget(text: string, { name, package: debian }: Blueprint): string {
  if (new RegExp(`^FROM .* AS ${name}$`, 'im').test(text)) {
    throw new SettingsError(`new-language: ${dockerfile} has a stage ${name} already`);
  }
  return `${text.trimEnd()}\n\n${debian === '' ? onBase(name) : onSystem(name, debian)}`;
}

function onBase(name: string): string {
  return `FROM base AS ${name}\nENV OW_LANGUAGE=${name}\n`;
}

/** The launcher comes last: a new one leaves the packages where they are. */
function onSystem(name: string, debian: string): string {
  return `FROM system AS ${name}
RUN apt-get update \\
 && apt-get install -y --no-install-recommends ${debian} \\
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /launcher /
ENV OW_LANGUAGE=${name}
USER 1001:0
`;
}

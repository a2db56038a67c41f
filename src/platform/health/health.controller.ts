import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Controller, Get, Req, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Route } from '../http/route-options';
import { HealthChecks } from './health-checks';

/** Milliseconds by which the event loop is late, over the life of the process. */
const lag = monitorEventLoopDelay({ resolution: 20 });
lag.enable();

const probe = { optionalKey: true } as const;

/** With a key: latencies and reasons. Without one: status and names. */
@ApiTags('operations')
@ApiExtension('x-open', true)
@Controller()
export class HealthController {
  private started = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly checks: HealthChecks,
  ) {}

  @ApiOperation({ summary: 'Is the process alive? Asks no dependency.' })
  @Get('health/live')
  @Route(probe)
  live(@Req() request: FastifyRequest) {
    if (!request.caller) return { status: 'ok' };
    const { rss, heapUsed } = process.memoryUsage();
    return {
      status: 'ok',
      uptimeSeconds: Math.round(process.uptime()),
      memory: { residentBytes: rss, heapBytes: heapUsed },
      eventLoop: { lagP99Milliseconds: Math.round(lag.percentile(99) / 1e4) / 100, lagMaxMilliseconds: Math.round(lag.max / 1e4) / 100 },
    };
  }

  @ApiOperation({ summary: 'Can it serve? 200 with ok or degraded, 503 otherwise.' })
  @Get(['health/ready', 'health', 'ready'])
  @Route(probe)
  async ready(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const result = await this.result();
    if (result.status === 'ok' || result.status === 'degraded') this.started = true;
    else reply.status(503);
    return shown(result, request);
  }

  @ApiOperation({ summary: 'Has it started? 200 from the first time it was ready.' })
  @Get('health/startup')
  @Route(probe)
  startup(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.started ? { status: 'ok' } : this.ready(request, reply);
  }

  private async result(): Promise<HealthCheckResult> {
    try {
      return await this.health.check(this.checks.all());
    } catch (error) {
      // Terminus throws its result when something is down.
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }
}

/** Reasons may name hosts; they are for callers with a key. */
function shown({ status, details }: HealthCheckResult, { caller }: FastifyRequest) {
  if (caller) return { status, details };
  return { status, details: Object.fromEntries(Object.entries(details).map(([name, check]) => [name, { status: check.status }])) };
}

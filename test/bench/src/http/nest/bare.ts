import type { RequestListener } from 'node:http'
import { Controller, Get, Module } from '@nestjs/common'
import { bareSubject, path } from '../apps.ts'
import { listenerOf } from './listener.ts'

@Controller(path)
class Reports {
  @Get()
  list() {
    return { sub: bareSubject }
  }
}

@Module({ controllers: [Reports] })
class Api {}

export async function create(): Promise<RequestListener> {
  return listenerOf(Api)
}

"""A TCP proxy on loopback that adds a delay to each direction, as a far API server would.

    python bench/delay_proxy.py PORT_OF_THE_SERVER MILLISECONDS_EACH_WAY

Prints the port that it listens on. What arrives is passed on in order, each piece by the delay
later; pieces do not wait for each other, so bandwidth is not limited. A new connection costs one
round trip more, as the handshake of TCP does. Ends with its standard input.
"""

import asyncio
import contextlib
import sys

_CHUNK = 65_536


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float
) -> None:
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def read() -> None:
        data = b"."
        while data:
            try:
                data = await reader.read(_CHUNK)
            except ConnectionError:
                data = b""
            pieces.put_nowait((loop.time() + seconds, data))

    reading = asyncio.create_task(read())
    try:
        while True:
            due, data = await pieces.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError, RuntimeError):
        pass
    finally:
        reading.cancel()


async def _serve(port: int, seconds: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * seconds)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            _pass_on(reader, far_writer, seconds), _pass_on(far_reader, writer, seconds)
        )
        for each in (writer, far_writer):
            each.close()
            with contextlib.suppress(OSError):
                await each.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    # The tasks of connections that are still open end with the loop.
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))

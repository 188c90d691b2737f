"""Servers whose frames are not what clients read, or that do not know theirs."""

from mcp_proof_mocks.fault import fault

fault("websocket-frames-are-text")
fault("websocket-frames-hold-json")
fault("websocket-fragments-joined")
fault("websocket-binary-refused")
fault("websocket-ping-answered")
fault("websocket-close-answered")

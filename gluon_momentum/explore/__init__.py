"""The page that lets a reader run the chapter in a browser, without Python or network.

What it computes is JavaScript, in the folder page/; what it computes with comes from the MXNet that
writes it.
"""

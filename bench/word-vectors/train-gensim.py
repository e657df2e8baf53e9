"""Trains word vectors with gensim and writes them as word2vec text; prints one line of JSON with the time of training.

    train-gensim.py TEXT OUT cbow|skip-gram negative-sampling|hierarchical-softmax THREADS SEED EPOCHS

TEXT: a sentence a line, words between spaces. The vocabulary is counted outside of the measured time, as in the other
programs. OPENBLAS_NUM_THREADS should be 1: gensim's own threads are what is measured.
"""
import json
import sys
import time

from gensim.models import Word2Vec

text, out, architecture, loss, threads, seed, epochs = sys.argv[1:8]
is_skip_gram = architecture == "skip-gram"
model = Word2Vec(
    vector_size=100,
    window=5,
    min_count=5,
    sg=1 if is_skip_gram else 0,
    hs=1 if loss == "hierarchical-softmax" else 0,
    negative=0 if loss == "hierarchical-softmax" else 5,
    sample=1e-3,
    alpha=0.025 if is_skip_gram else 0.05,
    workers=int(threads),
    seed=int(seed),
    epochs=int(epochs),
)
model.build_vocab(corpus_file=text)
start = time.perf_counter()
# From a file, gensim's fastest way: each thread reads its own part without Python's lock.
model.train(corpus_file=text, total_words=model.corpus_total_words, total_examples=model.corpus_count, epochs=model.epochs)
seconds = time.perf_counter() - start
model.wv.save_word2vec_format(out)
words = model.corpus_total_words * model.epochs
print(json.dumps({"words": words, "seconds": seconds, "wordsPerSecond": words / seconds}))

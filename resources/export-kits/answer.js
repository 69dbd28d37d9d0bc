// @ts-check
/**
 * What probabilities come to: a class, or none of these where the likeliest one is less probable than the classifier is to be sure.
 *
 * @param {ArrayLike<number>} probabilities One for each class.
 * @param {number} answerFrom `answerFrom` of labels.json, 0..1; 0: there is always an answer.
 * @returns {{ likeliest: number, isRefused: boolean }} `likeliest`: place of the likeliest class, whether that is the answer or not.
 */
export function decide(probabilities, answerFrom) {
  let likeliest = 0
  for (let index = 1; index < probabilities.length; index++) {
    if ((probabilities[index] ?? 0) > (probabilities[likeliest] ?? 0)) likeliest = index
  }
  return { likeliest, isRefused: (probabilities[likeliest] ?? 0) < answerFrom }
}
